/**
 * How a vendor says no, and what that means for a run. Every app reads its vendor's own way of refusing and names one of
 * these kinds; code, status and whether repeating helps follow from the kind, so that they mean the same everywhere.
 */
import { Fault } from '@bellhop/sdk'

export type RejectionKind =
  /** The credential is missing, wrong, expired or revoked. */
  | 'credential'
  /** The credential is good, but may not do this. */
  | 'permission'
  | 'not_found'
  /** The request as it is will never be taken. */
  | 'request'
  | 'rate_limit'
  /** The vendor has a problem of its own. */
  | 'outage'

export interface Rejection {
  kind: RejectionKind
  /** As people call it: `Slack`, or the host of a generic request. */
  vendor: string
  /** The vendor's own word for it, from its answer. */
  said: string
  /** What that means here. A clause without a full stop. */
  means: string
  /** What to check or do next; each kind has a general one. */
  hint?: string | undefined
  /** Default: the kind's. Vendors that answer 200 to everything leave it out. */
  status?: number | undefined
  /** How long to wait before trying again, in milliseconds. */
  retryAfterMs?: number | undefined
}

interface KindFacts {
  code: string
  status: number
  retryable: boolean
  hint: string
}

const KINDS: Readonly<Record<RejectionKind, KindFacts>> = {
  credential: {
    code: 'credential_rejected',
    status: 401,
    retryable: false,
    hint: 'Send a fresh credential with the request; if the step uses a connected account, add that account again.'
  },
  permission: {
    code: 'credential_forbidden',
    status: 403,
    retryable: false,
    hint: 'Give the credential’s owner the right that is missing, or use another credential.'
  },
  not_found: {
    code: 'vendor_rejected',
    status: 404,
    retryable: false,
    hint: 'Check the name or id in the step’s props, and whether this credential may see it.'
  },
  request: {
    code: 'vendor_rejected',
    status: 400,
    retryable: false,
    hint: 'Correct the step’s props; the same request will be refused again.'
  },
  rate_limit: {
    code: 'vendor_rate_limited',
    status: 429,
    retryable: true,
    hint: 'Call less often, or give the step a retry policy that waits.'
  },
  outage: {
    code: 'vendor_unavailable',
    status: 503,
    retryable: true,
    hint: 'It may have been done all the same: look before you repeat it by hand.'
  }
}

/** `Slack says `channel_not_found`: the channel does not exist …`, with code, status, hint and retry advice. */
export function rejection(what: Rejection): Fault {
  const kind = KINDS[what.kind]
  const said = quotable(what.said)
  return new Fault(
    kind.code,
    said === '' ? `${what.vendor}: ${what.means}` : `${what.vendor} says \`${said}\`: ${what.means}`,
    {
      status: what.status ?? kind.status,
      retryable: kind.retryable,
      hint: what.hint ?? kind.hint,
      ...(what.retryAfterMs === undefined ? {} : { retryAfterMs: what.retryAfterMs })
    }
  )
}

/** What a status means where nothing more is known. */
export function kindOfStatus(status: number): RejectionKind {
  if (status === 401 || status === 407) return 'credential'
  if (status === 403) return 'permission'
  if (status === 404 || status === 410) return 'not_found'
  if (status === 429) return 'rate_limit'
  // Request timeout and too early: RFC 9110, section 15.5.9, and RFC 8470, section 5.2, both invite to repeat.
  if (status === 408 || status === 425) return 'outage'
  return status >= 500 && status !== 501 && status !== 505 ? 'outage' : 'request'
}

const LONGEST_QUOTE = 200

/** A vendor's words on one line, without what could be mistaken for ours. The door has scrubbed them (I1). */
export function quotable(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}`\s]+/gu, ' ').trim()
  return line.length > LONGEST_QUOTE ? `${line.slice(0, LONGEST_QUOTE - 1)}…` : line
}
