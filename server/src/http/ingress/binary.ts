/** Bytes inside an event: base64 (RFC 4648, section 4) with their media type. A type alias, so that it is JSON. */
export type Binary = {
  $binary: string
  media_type: string
}

export function binary(bytes: Buffer, mediaType: string): Binary {
  return { $binary: bytes.toString('base64'), media_type: mediaType }
}
