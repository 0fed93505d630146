/** Why a service cannot be had on this machine, in words for whoever runs the tests. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable'
}
