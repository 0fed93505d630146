import { Check, Copy, Link } from 'lucide-react'
import { useEffect, useState } from 'react'
import { IconButton } from './button.tsx'

/** Copies a text, and says that it has. */
export function CopyButton({
  text,
  label = 'Copy',
  link = false,
  className = ''
}: {
  text: string | (() => string)
  label?: string
  /** Whether it is an address of this page, which has its own picture where other copies stand beside it. */
  link?: boolean
  className?: string
}) {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), 1_500)
    return () => clearTimeout(timer)
  }, [copied])
  const Picture = link ? Link : Copy
  return (
    <IconButton
      label={copied ? 'Copied' : label}
      size="small"
      className={className}
      onClick={(event) => {
        event.stopPropagation()
        void navigator.clipboard.writeText(typeof text === 'string' ? text : text()).then(() => setCopied(true))
      }}
    >
      {copied ? <Check className="size-3.5 text-good" /> : <Picture className="size-3.5" />}
    </IconButton>
  )
}
