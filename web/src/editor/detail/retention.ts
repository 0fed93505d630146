import type { JsonObject } from '../../values/json.ts'
import { durationWords } from '../words.ts'

/** What a workflow's retention means, in a sentence. */
export function retentionWords(retention: JsonObject): string {
  if (retention['keep'] === false) {
    return 'A run survives a crash while it lives. When it ends, its event, exports and logs are deleted at once: history shows nothing of it.'
  }
  const age = typeof retention['max_age'] === 'string' ? retention['max_age'] : '7d'
  const events = typeof retention['max_events'] === 'number' ? retention['max_events'] : 10_000
  return `A run that ended stays in history for ${durationWords(age)}, as long as it is among the last ${events.toLocaleString('en')}. Secrets never stay: handles stand in their place.`
}
