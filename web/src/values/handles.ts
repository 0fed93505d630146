/** Handles: the opaque texts that stand where secrets are. Everything that the server sends holds these and no secrets. */
const SHAPE = /bhdl\.([a-z0-9_-]{1,40})\.([a-z0-9_-]{1,40})\.[0-9a-hjkmnp-tv-z]{26}/g

export type Piece = { text: string } | { lock: string }

/** A text as what may be read of it, and locks (`slack.oauth_access_token`) where handles stand. */
export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = []
  let end = 0
  for (const match of text.matchAll(SHAPE)) {
    if (match.index > end) pieces.push({ text: text.slice(end, match.index) })
    pieces.push({ lock: `${match[1]}.${match[2]}` })
    end = match.index + match[0].length
  }
  if (end < text.length) pieces.push({ text: text.slice(end) })
  return pieces
}

export function hasHandle(text: string): boolean {
  return text.includes('bhdl.') && piecesOf(text).some((piece) => 'lock' in piece)
}
