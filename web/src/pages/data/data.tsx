import { Page } from '../../ui/page.tsx'

export function Data() {
  return <Page title="Data stores">{null}</Page>
}
