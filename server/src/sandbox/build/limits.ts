/** How much a build may take: room for large packages, an end for those that are made to harm. */

const MB = 1 << 20

export const LIMITS = {
  /** A whole build with everything that it installs, in milliseconds. */
  timeMs: 120_000,
  /** Packages, dependencies included. */
  packages: 2_000,
  /** One package as it is downloaded. */
  packedBytes: 64 * MB,
  /** All packages of a build as they are downloaded. */
  allPackedBytes: 256 * MB,
  /** One package, unpacked. */
  unpackedBytes: 256 * MB,
  /** Files of one package. */
  files: 50_000,
  /** What a registry says of one package. */
  metadataBytes: 64 * MB,
  /** The bundle of one step. */
  bundleBytes: 32 * MB,
  /** Heap of a process that installs or bundles. */
  heapMb: 1_024,
  /** All that it holds in memory, together with what it has started. */
  memoryMb: 2_048
}
