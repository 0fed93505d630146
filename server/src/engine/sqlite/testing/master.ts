import { MasterKey } from '../../../secrets/seal.ts'

/** The sealing key that a test and the process that it kills share. */
export const MASTER = new MasterKey(new Uint8Array(32).fill(7))
