/** RFC 9110, section 10.2.3: a number of seconds, or a date in one of the three forms of section 5.6.7. */

const IMF = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/
const RFC850 = /^[A-Z][a-z]+day, (\d{2})-([A-Z][a-z]{2})-(\d{2}) (\d{2}:\d{2}:\d{2}) GMT$/
const ASCTIME = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/

/**
 * How long a `Retry-After` asks to wait from `now` (Unix milliseconds), in milliseconds; 0 for a date that has passed,
 * `undefined` where the header is missing or can't be read.
 */
export function retryAfterMs(value: string | undefined, now: number): number | undefined {
  const text = value?.trim() ?? ''
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000
  const at = parseHttpDate(text, now)
  return at === undefined ? undefined : Math.max(0, at - now)
}

function parseHttpDate(text: string, now: number): number | undefined {
  const old = RFC850.exec(text)
  const at = IMF.test(text)
    ? Date.parse(text)
    : ASCTIME.test(text)
      ? Date.parse(`${text} GMT`)
      : old === null
        ? NaN
        : Date.parse(`${old[1]} ${old[2]} ${fullYear(Number(old[3]), now)} ${old[4]} GMT`)
  return Number.isNaN(at) ? undefined : at
}

/** A two-digit year that seems to be more than 50 years ahead belongs to the past. */
function fullYear(year: number, now: number): number {
  const current = new Date(now).getUTCFullYear()
  const candidate = current - (current % 100) + year
  return candidate > current + 50 ? candidate - 100 : candidate
}
