const MAC = navigator.platform.startsWith('Mac')
const NAMES: Record<string, string> = {
  mod: MAC ? '⌘' : 'Ctrl',
  shift: '⇧',
  alt: MAC ? '⌥' : 'Alt',
  enter: '↵',
  up: '↑',
  down: '↓',
  escape: 'Esc'
}

/** Keys as people know them: `mod+k` is ⌘K on a Mac and Ctrl K elsewhere. */
export function Keys({ of }: { of: string }) {
  return (
    <kbd className="inline-flex items-center gap-0.5 font-sans text-[0.6875rem]">
      {of.split('+').map((key) => (
        <span key={key}>{NAMES[key] ?? key.toUpperCase()}</span>
      ))}
    </kbd>
  )
}
