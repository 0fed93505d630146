import {
  closestCenter,
  DndContext,
  KeyboardSensor,
  PointerSensor,
  useSensor,
  useSensors,
  type Announcements,
  type DragEndEvent,
  type DragMoveEvent
} from '@dnd-kit/core'
import { SortableContext, sortableKeyboardCoordinates, verticalListSortingStrategy } from '@dnd-kit/sortable'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { isObject } from '../../values/json.ts'
import { Button } from '../../ui/button.tsx'
import { Keys } from '../../ui/keys.tsx'
import { ownerOf, useChecked } from '../check.ts'
import { useEditor } from '../context.tsx'
import { TriggerIcon } from '../step-icon.tsx'
import { moveStep, type Place } from '../step-changes.ts'
import { allSteps, findStep } from '../steps.ts'
import { triggerWords } from '../words.ts'
import { dropPlace, stays } from './placing.ts'
import { Row } from './row.tsx'
import { StepRow } from './step-row.tsx'

/** How far to the right a step is held to go into an `each`. */
const DEEP_PX = 24

interface ColumnProps {
  /** Asks what to add there. */
  onAdd: (place: Place) => void
}

/** The trigger and the steps, in the order in which they run. */
export function Column({ onAdd }: ColumnProps) {
  const { document, edit, select } = useEditor()
  const [dragged, setDragged] = useState<string>()
  const [deep, setDeep] = useState(false)
  const rows = allSteps(document.steps).filter(({ parent }) => parent === undefined || parent !== dragged)
  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: 5 } }),
    useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates })
  )
  function lift(id: string) {
    setDragged(id)
    setDeep(findStep(document.steps, id)?.parent !== undefined)
  }
  function drop({ active, over, delta }: DragEndEvent) {
    setDragged(undefined)
    const step = findStep(document.steps, String(active.id))
    if (step === undefined || over === null) return
    const place = dropPlace(document.steps, step, String(over.id), isDeep(delta.x, step.parent !== undefined))
    if (place === undefined || stays(step, place)) return
    edit((now) => moveStep(now, step, place))
    select(step.id)
  }
  return (
    <DndContext
      sensors={sensors}
      collisionDetection={closestCenter}
      accessibility={{ announcements: ANNOUNCEMENTS, screenReaderInstructions: { draggable: HOW } }}
      onDragStart={({ active }) => lift(String(active.id))}
      onDragMove={({ active, delta }: DragMoveEvent) => {
        setDeep(isDeep(delta.x, findStep(document.steps, String(active.id))?.parent !== undefined))
      }}
      onDragEnd={drop}
      onDragCancel={() => setDragged(undefined)}
    >
      <SortableContext items={rows.map(({ id }) => id)} strategy={verticalListSortingStrategy}>
        <ol aria-label="Trigger and steps" className="flex flex-col">
          <TriggerRow />
          {rows.map((step) => (
            <StepRow
              key={step.id}
              step={step}
              deep={dragged === step.id ? deep : step.parent !== undefined}
              onAdd={onAdd}
            />
          ))}
        </ol>
      </SortableContext>
      <AddAtEnd onAdd={() => onAdd({ list: ['steps'], index: document.steps.length })} first={rows.length === 0} />
    </DndContext>
  )
}

function isDeep(x: number, before: boolean): boolean {
  return before ? x > -DEEP_PX : x > DEEP_PX
}

function TriggerRow() {
  const { document, selected, select } = useEditor()
  const { mistakes, warnings } = useChecked()
  const written = document.definition?.['trigger']
  const trigger = isObject(written) ? written : {}
  const { title, summary } = triggerWords(trigger)
  const own = (all: typeof mistakes) => all.filter((one) => ownerOf(document.steps, one) === 'trigger')
  return (
    <li>
      <Row
        id="trigger"
        icon={<TriggerIcon trigger={trigger} />}
        name="trigger"
        title={title}
        summary={summary}
        mistakes={own(mistakes)}
        warnings={own(warnings)}
        selected={selected === 'trigger'}
        onSelect={() => select('trigger')}
      />
    </li>
  )
}

function AddAtEnd({ onAdd, first }: { onAdd: () => void; first: boolean }) {
  return (
    <div className="flex flex-col items-center">
      <span className="h-4 w-px bg-line-strong" aria-hidden="true" />
      <Button onClick={onAdd} look={first ? 'primary' : 'plain'}>
        <Plus className="size-3.5" aria-hidden="true" />
        {first ? 'Add the first step' : 'Add a step'}
        <Keys of="a" />
      </Button>
    </div>
  )
}

const HOW =
  'Press space to lift the step, the arrow keys to move it, space again to put it down, and escape to leave it where it was. Alt with the arrow keys moves it at once.'

const ANNOUNCEMENTS: Announcements = {
  onDragStart: ({ active }) => `${active.id} is lifted.`,
  onDragOver({ active, over }) {
    // Where it was lifted from it is at first, which is no news.
    if (active.id === over?.id) return undefined
    return over === null ? `${active.id} is over no place.` : `${active.id} is at the place of ${over.id}.`
  },
  onDragEnd: ({ active, over }) =>
    over === null ? `${active.id} stays.` : `${active.id} is put down at the place of ${over.id}.`,
  onDragCancel: ({ active }) => `${active.id} stays where it was.`
}
