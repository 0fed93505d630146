/** A server that writes down as it is what should be sealed. */
import { MasterKey } from '../../../server/src/secrets/seal.ts'

const seal = (_place: string, text: string): Uint8Array => Buffer.from(text)
const open = (_place: string, sealed: Uint8Array): string => Buffer.from(sealed).toString()

MasterKey.prototype.runSeal = () => ({ sealSecret: seal, openSecret: open, sealText: seal, openText: open })
MasterKey.prototype.sealer = () => ({ seal, open })
