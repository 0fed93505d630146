/** The first sentence of a description in Markdown, as plain text. */
export function firstSentence(markdown: string): string {
  const plain = markdown.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll(/[`*]/g, '')
  return /^.*?[.!?](?=\s|$)/s.exec(plain)?.[0] ?? plain
}
