import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { api, body } from '../api/client.ts'
import { Combobox } from '../ui/combobox.tsx'
import type { ControlIds } from '../ui/field.tsx'
import type { Json } from '../values/json.ts'
import type { PropForm } from './step-offers.ts'

interface StoreFieldProps {
  prop: PropForm
  value: Json | undefined
  onChange: (value: Json | undefined) => void
  ids: ControlIds
}

/** One of the secrets stores, of the kinds that the step can work with. */
export function StoreField({ prop, value, onChange, ids }: StoreFieldProps) {
  const { data } = useQuery({ queryKey: ['stores'], queryFn: () => body(api.GET('/stores')) })
  const fitting = data?.stores.filter(({ kind }) => prop.kinds === undefined || prop.kinds.includes(kind))
  return (
    <>
      <Combobox
        {...ids}
        disabled={prop.disabled}
        chosen={typeof value === 'string' ? [value] : []}
        shown={typeof value === 'string' ? value : undefined}
        placeholder="Choose a store"
        choices={(fitting ?? []).map(({ name, kind }) => ({ value: name, label: name, hint: kind }))}
        onChoose={onChange}
      />
      {fitting?.length === 0 ? (
        <p className="text-xs text-ink-3">
          There is no store of this kind ({prop.kinds?.join(', ')}).{' '}
          <Link to="/stores" className="text-accent-ink underline">
            Add one
          </Link>
        </p>
      ) : null}
    </>
  )
}

/** A data store, by its name: a new name makes one. */
export function DataStoreField({ prop, value, onChange, ids }: StoreFieldProps) {
  const { data } = useQuery({ queryKey: ['data-stores'], queryFn: () => body(api.GET('/data-stores')) })
  return (
    <Combobox
      {...ids}
      disabled={prop.disabled}
      chosen={typeof value === 'string' ? [value] : []}
      shown={typeof value === 'string' ? value : undefined}
      placeholder="Choose a data store, or type a new name"
      choices={(data?.data_stores ?? [])
        .filter(({ name }) => !name.startsWith('service.'))
        .map(({ name }) => ({ value: name, label: name }))}
      onChoose={onChange}
      onFree={onChange}
    />
  )
}
