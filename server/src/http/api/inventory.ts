import type { Inventory } from '../../workflow/warnings.ts'
import type { ApiServices } from '../services.ts'

/** What there is for definitions to name. */
export function inventoryOf({
  accounts,
  stores,
  environment
}: Pick<ApiServices, 'accounts' | 'stores' | 'environment'>): Inventory {
  return {
    account: (app, name) => accounts.has(app, name),
    store: (name) => stores.kindOf(name),
    envSecret: (name) => environment.has(name)
  }
}
