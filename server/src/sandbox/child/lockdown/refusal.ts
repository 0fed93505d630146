/** How what foreign code may not do is refused. */

/** A function, which can be called and constructed, that throws. */
export function refusing(what: string): () => never {
  return function refused() {
    throw refusal(what)
  }
}

/** As Node's own permission model says it. */
export function refusal(what: string): Error {
  return Object.assign(new Error(`code in a step may not use ${what}`), { code: 'ERR_ACCESS_DENIED' })
}
