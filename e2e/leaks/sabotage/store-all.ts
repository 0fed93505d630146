/** A server that does not hear `x-pd-nostore`. */
import { Intake } from '../../../server/src/run/intake.ts'

const { accept } = Intake.prototype
Intake.prototype.accept = function (deployed, request) {
  return accept.call(this, deployed, { ...request, nostore: false })
}
