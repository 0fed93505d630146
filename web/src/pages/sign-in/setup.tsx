import { Page } from '../../ui/page.tsx'

export function Setup() {
  return <Page title="Set up">{null}</Page>
}
