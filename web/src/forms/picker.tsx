/** All that a step can refer to, to choose from: search first, then the tree. */
import type { Ref } from 'react'
import { Button } from '../ui/button.tsx'
import { Keys } from '../ui/keys.tsx'
import type { Scope } from '../values/scope.ts'
import { Tree, type TreeHandle } from '../values/tree.tsx'

interface PickerProps {
  scope: Scope
  onPick: (path: string) => void
  /** What is looked for, where that is typed elsewhere, from where the keys come through `tree`. */
  query?: string
  tree: Ref<TreeHandle>
  onFound: (count: number) => void
  onExpression: () => void
}

export function Picker({ scope, onPick, query, tree, onFound, onExpression }: PickerProps) {
  return (
    <div className="flex flex-col p-2 pb-1.5">
      <Tree
        sources={scope}
        label="what this step can refer to"
        ref={tree}
        {...(query === undefined ? {} : { query })}
        onPick={onPick}
        onFound={onFound}
        className="h-72"
      />
      <div className="mt-1 flex items-center gap-3 border-t px-1.5 pt-1.5 text-xs text-ink-3">
        <span>
          <Keys of="enter" /> inserts
        </span>
        <span>
          <Keys of="up" /> <Keys of="down" /> choose
        </span>
        <span className="flex-1" />
        <Button look="quiet" size="small" onClick={onExpression}>
          Write an expression
        </Button>
      </div>
    </div>
  )
}
