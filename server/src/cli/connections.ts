/**
 * Connections to a shared database that a node takes at most. Three nodes and somebody who looks at them fit into the 100 that
 * PostgreSQL takes unless it is told otherwise.
 */
import { DBOS_CONNECTIONS } from '../engine/dbos/connections.ts'

/** For Bellhop's own statements. */
export const OWN_CONNECTIONS = 18
/** Besides those: DBOS's, and one each for the lease, for what other nodes say, and for vacuuming. */
export const NODE_CONNECTIONS = OWN_CONNECTIONS + DBOS_CONNECTIONS + 3
