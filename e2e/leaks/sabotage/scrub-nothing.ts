/** A server whose scrubber finds nothing. */
import { Scrubber } from '../../../server/src/secrets/scrub.ts'

Scrubber.prototype.text = (text) => text
Scrubber.prototype.json = (value) => value
Scrubber.prototype.stream = () => ({ write: (chunk) => chunk, end: () => new Uint8Array(0) })
