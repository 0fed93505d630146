import { createContext, use } from 'react'
import type { Place } from '../step-changes.ts'

/** Asks what to add at a place. */
export const AddContext = createContext<(place: Place) => void>(() => {})

export function useAdd(): (place: Place) => void {
  return use(AddContext)
}
