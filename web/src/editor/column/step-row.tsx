import { useSortable } from '@dnd-kit/sortable'
import { CSS } from '@dnd-kit/utilities'
import { GripVertical, Plus } from 'lucide-react'
import { Button, IconButton } from '../../ui/button.tsx'
import { StepBadges } from '../badges.tsx'
import { ownerOf, useChecked } from '../check.ts'
import { useEditor } from '../context.tsx'
import { StepIcon } from '../step-icon.tsx'
import { placeOf, type Place } from '../step-changes.ts'
import type { StepNode } from '../steps.ts'
import { useStepWords } from '../use-step-words.ts'
import { Row } from './row.tsx'
import { StepMenu } from '../step-menu.tsx'

interface StepRowProps {
  step: StepNode
  /** Whether it stands in an `each`, or would if it were put down now. */
  deep: boolean
  onAdd: (place: Place) => void
}

/**
 * A step of an `each`: indented, beside a line that holds them together. What is dragged is measured without it, or the
 * indentation would count as a move.
 */
const INNER = 'relative ml-8 before:absolute before:inset-y-0 before:-left-4.5 before:w-px before:bg-line-strong'

/** A step in the column, with the line that leads to it. */
export function StepRow({ step, deep, onAdd }: StepRowProps) {
  const { document, selected, select } = useEditor()
  const { mistakes, warnings } = useChecked()
  const { title, summary } = useStepWords(step)
  const { setNodeRef, setActivatorNodeRef, attributes, listeners, transform, transition, isDragging } = useSortable({
    id: step.id
  })
  const own = (all: typeof mistakes) => all.filter((one) => ownerOf(document.steps, one) === step.id)
  return (
    <li
      ref={setNodeRef}
      style={{ transform: CSS.Translate.toString(transform), transition }}
      className={isDragging ? 'relative z-10' : ''}
    >
      <div className={deep ? INNER : ''}>
        <Gap onAdd={() => onAdd(placeOf(step))} before={step.name} />
        <Row
          id={step.id}
          lifted={isDragging}
          icon={<StepIcon step={step} />}
          name={step.name || 'unnamed'}
          title={title}
          summary={summary}
          badges={<StepBadges step={step} />}
          mistakes={own(mistakes)}
          warnings={own(warnings)}
          selected={selected === step.id}
          onSelect={() => select(step.id)}
          handle={
            <button
              type="button"
              ref={setActivatorNodeRef}
              {...attributes}
              {...listeners}
              aria-label={`Move ${step.name}`}
              className="absolute top-3 -left-5 flex h-6 w-4 cursor-grab touch-none items-center justify-center rounded text-ink-3 opacity-0 group-hover:opacity-100 hover:bg-hover focus-visible:opacity-100 active:cursor-grabbing"
            >
              <GripVertical className="size-3.5" aria-hidden="true" />
            </button>
          }
          actions={
            <div className="absolute top-2 -right-8 opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 has-data-[state=open]:opacity-100">
              <StepMenu step={step} onAdd={onAdd} />
            </div>
          }
        />
      </div>
      {step.kind === 'each' && step.steps.length === 0 ? (
        <div className={`pt-3 ${INNER}`}>
          <Button
            className="w-full border-dashed text-ink-3"
            onClick={() => onAdd({ list: [...step.path, 'steps'], index: 0 })}
          >
            <Plus className="size-3.5" aria-hidden="true" />
            Add a step for every item
          </Button>
        </div>
      ) : null}
    </li>
  )
}

/** The line from one step to the next; a step can be added on it. */
function Gap({ onAdd, before }: { onAdd: () => void; before: string }) {
  return (
    <div className="group/gap relative flex h-5 justify-center">
      <span className="w-px bg-line-strong" aria-hidden="true" />
      <div className="absolute inset-y-0 -my-0.5 flex items-center opacity-0 group-focus-within/gap:opacity-100 group-hover/gap:opacity-100">
        <IconButton
          label={`Add a step before ${before}`}
          size="small"
          className="border border-line-strong bg-surface"
          onClick={onAdd}
        >
          <Plus className="size-3.5" />
        </IconButton>
      </div>
    </div>
  )
}
