/** The fixed choices of a prop. */
import { asText, isObject, type Raw } from './found.ts'

type Option = string | number | { label: string; value: string | number }
type Choice = string | number | (Raw & { label: unknown; value: string | number })

/** Whether it is a choice that can be written down. */
export function isChoice(option: unknown): option is Choice {
  if (isObject(option)) return isPlain(option['value'])
  return isPlain(option)
}

function isPlain(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number'
}

/** Plain, or with the words for it. */
export function choice(option: Choice): Option {
  return typeof option === 'object'
    ? { label: asText(option['label'] ?? option['value']), value: option['value'] }
    : option
}
