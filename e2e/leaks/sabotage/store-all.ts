/** A server that does not hear `x-pd-nostore`. */
import { Intake, type Accepted, type IntakeRequest } from '../../../server/src/run/intake.ts'

const intake = Intake.prototype as {
  accept: (this: Intake, deployed: never, request: IntakeRequest) => Promise<Accepted>
}
const { accept } = intake
intake.accept = function (deployed, request) {
  return accept.call(this, deployed, { ...request, nostore: false })
}
