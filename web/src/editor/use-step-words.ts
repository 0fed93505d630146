import { useQuery } from '@tanstack/react-query'
import { useCatalogue } from './catalogue.ts'
import { useEditor } from './context.tsx'
import type { StepNode } from './steps.ts'
import { stepWords, type Words } from './words.ts'

/** The words of a step; those of a component from a package once its form was asked for. */
export function useStepWords(step: StepNode): Words {
  const { form } = useEditor()
  const words = stepWords(step, useCatalogue())
  const name = useQuery({ ...form(step), enabled: false }).data?.name
  const [package_] = words.title.split('#')
  if (name === undefined || name === '' || package_ === words.title) return words
  return { ...words, title: `${name} · ${package_ ?? ''}` }
}
