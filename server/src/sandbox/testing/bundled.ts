/** Code with npm packages in it, as one file. */
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/** Bundles a file of this folder, such as `libraries/axios.ts`. */
export async function bundled(file: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(file, import.meta.url))],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    target: 'node26',
    // What is CommonJS asks for Node's own modules by `require`.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'silent'
  })
  return outputFiles[0]?.text ?? ''
}
