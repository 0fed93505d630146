import { Fragment } from 'react'

/** A sentence of the server, in which names stand between backticks. */
export function CodeWords({ text }: { text: string }) {
  return text.split(/`([^`]+)`/).map((part, index) =>
    index % 2 === 0 ? (
      <Fragment key={index}>{part}</Fragment>
    ) : (
      <code key={index} className="font-mono text-[0.92em]">
        {part}
      </code>
    )
  )
}
