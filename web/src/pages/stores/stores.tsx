import { Page } from '../../ui/page.tsx'

export function Stores() {
  return <Page title="Secrets stores">{null}</Page>
}
