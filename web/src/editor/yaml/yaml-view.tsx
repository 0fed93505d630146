import { useEditor } from '../context.tsx'

export function YamlView() {
  return <pre>{useEditor().document.text}</pre>
}
