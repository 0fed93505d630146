/** What was installed for a build: every package with its hash, and what each gets when it imports a name. */
import { z } from 'zod'

/** `name@version`. */
const id = z.string()

export const lockSchema = z.object({
  /** What steps asked for (`axios@^1`), and what they got (`axios@1.7.0`). */
  wanted: z.record(z.string(), id),
  packages: z.record(
    id,
    z.object({
      /** SHA-512 of the tarball, in base64, as registries write it: `sha512-…`. */
      integrity: z.string(),
      /** What it gets for each name that it declares. */
      dependencies: z.record(z.string(), id)
    })
  ),
  /** What a package gets for a name that it does not declare, as it would from a folder that all share. */
  shared: z.record(z.string(), id)
})

export type Lock = z.output<typeof lockSchema>

export const NOTHING: Lock = { wanted: {}, packages: {}, shared: {} }
