import tailwind from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { precompress } from './scripts/precompress.ts'

/** The server that `npm run dev` shows; the built page is served by the server itself. */
const SERVER = process.env['BELLHOP_URL'] ?? 'http://127.0.0.1:4000'

export default defineConfig({
  plugins: [react(), tailwind(), precompress()],
  // The server puts the nonce of each answer here (`server/src/http/ui/ui.ts`).
  html: { cspNonce: '__BELLHOP_NONCE__' },
  build: {
    target: ['chrome125', 'firefox128', 'safari17.5'],
    // The page's policy allows no data: URLs for fonts, and no inline script.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false }
  },
  server: { proxy: { '/api': SERVER, '/in': SERVER } }
})
