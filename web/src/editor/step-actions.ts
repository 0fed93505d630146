/** What menus and keys do to steps, with what is said of it. */
import { toast } from '../ui/toast.tsx'
import { placeBeside } from './column/placing.ts'
import { useEditor } from './context.tsx'
import { openDocument } from './document.ts'
import { duplicateStep, insertStep, moveStep, placeOf, removeStep, type Place } from './step-changes.ts'
import { allSteps, stepAt, type StepNode } from './steps.ts'
import type { JsonObject } from '../values/json.ts'
import { announce } from './announce.ts'

export interface StepActions {
  duplicate: (step: StepNode) => void
  /** One place up or down; into an `each` and out of it on the way. */
  move: (step: StepNode, by: -1 | 1) => void
  /** Removes a step; the message that says so offers to undo it. */
  remove: (step: StepNode) => void
  insert: (place: Place, step: JsonObject) => void
}

export function useStepActions(): StepActions {
  const { document, edit, select } = useEditor()
  return {
    duplicate(step) {
      const next = duplicateStep(document, step)
      const { list, index } = placeOf(step)
      edit(() => next)
      const copy = stepAt(next.steps, [...list, index + 1])
      if (copy !== undefined) select(copy.id)
    },
    move(step, by) {
      const place = placeBeside(document.steps, step, by)
      if (place === undefined) return announce(`${step.name} is at the ${by === 1 ? 'end' : 'beginning'} already.`)
      const next = moveStep(document, step, place)
      edit(() => next)
      const rows = allSteps(next.steps)
      announce(`${step.name} is now ${rows.findIndex(({ name }) => name === step.name) + 1} of ${rows.length}.`)
    },
    remove(step) {
      const rows = allSteps(document.steps).filter((row) => row.parent !== step.id)
      const at = rows.findIndex(({ id }) => id === step.id)
      const next = rows[at + 1] ?? rows[at - 1]
      const { text } = document
      const without = removeStep(document, step)
      edit(() => without)
      select(next?.id ?? 'trigger')
      toast(`Removed ${step.name || 'the step'}.`, {
        label: 'Undo',
        run: () => {
          edit((now) => (now.text === without.text ? openDocument(text) : insertStep(now, placeOf(step), step.value)))
          select(step.id)
        }
      })
    },
    insert(place, step) {
      const next = insertStep(document, place, step)
      edit(() => next)
      const inserted = stepAt(next.steps, [...place.list, place.index])
      if (inserted !== undefined) select(inserted.id)
    }
  }
}
