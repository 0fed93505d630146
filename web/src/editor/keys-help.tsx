import { Dialog } from '../ui/dialog.tsx'
import { Keys } from '../ui/keys.tsx'
import { KEY_WORDS } from './keys.ts'

export function KeysHelp({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Keys">
      <dl className="flex flex-col">
        {KEY_WORDS.map(({ keys, words }) => (
          <div key={words} className="flex h-8 items-center gap-3 border-b text-sm last:border-0">
            <dt className="flex-1 text-ink-2">{words}</dt>
            <dd className="flex gap-1.5">
              {keys.map((each) => (
                <span key={each} className="rounded border bg-sunken px-1.5 leading-5">
                  <Keys of={each} />
                </span>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}
