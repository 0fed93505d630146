import { Page } from '../../ui/page.tsx'

export function Versions() {
  return <Page title="Versions">{null}</Page>
}
