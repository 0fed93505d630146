import { ArrowDown, ArrowUp, Copy, Ellipsis, Plus, Trash2 } from 'lucide-react'
import { IconButton } from '../ui/button.tsx'
import { Menu, MenuItem, MenuLine } from '../ui/menu.tsx'
import { placeAfter, type Place } from './step-changes.ts'
import type { StepNode } from './steps.ts'
import { useStepActions } from './step-actions.ts'

/** What can be done to a step. */
export function StepMenu({ step, onAdd }: { step: StepNode; onAdd?: (place: Place) => void }) {
  const { duplicate, move, remove } = useStepActions()
  return (
    <Menu
      trigger={
        <IconButton label={`What to do with ${step.name}`}>
          <Ellipsis className="size-4" />
        </IconButton>
      }
    >
      {onAdd === undefined ? null : (
        <MenuItem icon={<Plus />} keys="a" onSelect={() => onAdd(placeAfter(step))}>
          Add a step after it
        </MenuItem>
      )}
      <MenuItem icon={<Copy />} keys="d" onSelect={() => duplicate(step)}>
        Duplicate
      </MenuItem>
      <MenuItem icon={<ArrowUp />} keys="alt+up" onSelect={() => move(step, -1)}>
        Move up
      </MenuItem>
      <MenuItem icon={<ArrowDown />} keys="alt+down" onSelect={() => move(step, 1)}>
        Move down
      </MenuItem>
      <MenuLine />
      <MenuItem icon={<Trash2 />} danger onSelect={() => remove(step)}>
        Remove
      </MenuItem>
    </Menu>
  )
}
