/** A module that is not there: it fails when it is run, as it would in Node, and packages are ready for that. */
export function missingModule(specifier: string, from: string): string {
  const message = JSON.stringify(`Cannot find module '${specifier}', which ${from} imports`)
  return `throw Object.assign(new Error(${message}), { code: 'MODULE_NOT_FOUND' }); module.exports = {}`
}
