import { lexer, type Token, type Tokens } from 'marked'
import { Fragment, type ReactNode } from 'react'

/**
 * Markdown that a component's author wrote. What comes from a package is hostile: only text, emphasis, code, lists and links to
 * the web are rendered, as elements and never as HTML.
 */
export function Markdown({ text, className = '' }: { text: string; className?: string }) {
  return <div className={`flex flex-col gap-1.5 [overflow-wrap:anywhere] ${className}`}>{lexer(text).map(block)}</div>
}

function block(token: Token, index: number): ReactNode {
  switch (token.type) {
    case 'space':
    case 'hr':
    case 'def':
      return null
    case 'heading':
    case 'paragraph':
      return <p key={index}>{inline(token.tokens)}</p>
    case 'list':
      return (
        <ul key={index} className="flex list-disc flex-col gap-0.5 pl-4">
          {(token as Tokens.List).items.map((item, number) => (
            <li key={number}>{item.tokens.map(block)}</li>
          ))}
        </ul>
      )
    case 'code':
      return (
        <pre key={index} className="overflow-x-auto rounded bg-sunken p-2 font-mono text-xs">
          {token.text as string}
        </pre>
      )
    case 'blockquote':
      return (
        <blockquote key={index} className="border-l-2 pl-2">
          {token.tokens?.map(block)}
        </blockquote>
      )
    case 'text':
      return <Fragment key={index}>{token.tokens === undefined ? plain(token) : inline(token.tokens)}</Fragment>
    default:
      return <p key={index}>{token.raw}</p>
  }
}

function inline(tokens: readonly Token[] | undefined): ReactNode[] {
  return (tokens ?? []).map((token, index) => {
    switch (token.type) {
      case 'strong':
        return <strong key={index}>{inline(token.tokens)}</strong>
      case 'em':
        return <em key={index}>{inline(token.tokens)}</em>
      case 'codespan':
        return (
          <code key={index} className="rounded bg-sunken px-1 font-mono text-[0.95em]">
            {token.text as string}
          </code>
        )
      case 'br':
        return <br key={index} />
      case 'link':
        return link(token as Tokens.Link, index)
      default:
        return <Fragment key={index}>{plain(token)}</Fragment>
    }
  })
}

function link({ href, tokens }: Tokens.Link, index: number): ReactNode {
  if (!/^https?:\/\//i.test(href)) return <Fragment key={index}>{inline(tokens)}</Fragment>
  return (
    <a key={index} href={href} target="_blank" rel="noreferrer noopener" className="text-accent-ink underline">
      {inline(tokens)}
    </a>
  )
}

function plain(token: Token): string {
  const text = 'text' in token ? (token.text as string) : token.raw
  return text
    .replaceAll('&amp;', '&')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
}
