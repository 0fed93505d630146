import type { Json } from '@bellhop/sdk'
import { z } from 'zod'

/**
 * Any value: what is not JSON of it shows when the step's record is written, and what comes from a sandbox was parsed
 * from JSON. Walking through a large value here would be for nothing.
 */
export const json = z.custom<Json | undefined>(() => true)
