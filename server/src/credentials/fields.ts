import type { AppDefinition } from '@bellhop/sdk'

/** The fields that a binding must have and has not: all required ones, or one whole set of `oneOf`. */
export function missingFields(app: AppDefinition, fields: Readonly<Record<string, unknown>>): string[] {
  const { oneOf } = app.auth
  if (oneOf !== undefined) {
    const lacking = oneOf.map((set) => set.filter((field) => fields[field] === undefined))
    return lacking.reduce((best, set) => (set.length < best.length ? set : best), lacking[0] ?? [])
  }
  return Object.entries(app.auth.fields)
    .filter(([field, declared]) => declared.optional !== true && fields[field] === undefined)
    .map(([field]) => field)
}

/** Whether a field's value must not be seen; all are, unless the app says otherwise. */
export function isSecret(app: AppDefinition, field: string): boolean {
  return app.auth.fields[field]?.secret !== false
}

/** The fields whose values may be seen, as text: nothing else of the fields has a say in where a credential may go. */
export function openFields(app: AppDefinition, fields: Readonly<Record<string, string>>): string {
  const open = Object.entries(fields).filter(([field]) => !isSecret(app, field))
  return open.length === 0 ? '' : JSON.stringify(open)
}
