import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import './app/setup-token.ts'
import './app/nonce.ts'
import { App } from './app/app.tsx'
import './styles.css'

const root = document.querySelector('#root')
if (root === null) throw new Error('the page has no root')
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>
)
