/** Connections to a shared database that a node takes at most. */
import { DBOS_CONNECTIONS } from '../engine/dbos/connections.ts'

/** For Bellhop's own statements. */
export const OWN_CONNECTIONS = 20
/** Besides those: DBOS's, and one that hears what other nodes do. */
export const NODE_CONNECTIONS = OWN_CONNECTIONS + DBOS_CONNECTIONS + 1
