import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { Toasts } from '../ui/toast.tsx'
import { TooltipProvider } from '../ui/tooltip.tsx'
import { queries } from './queries.ts'
import { router } from './routes.tsx'

export function App() {
  return (
    <QueryClientProvider client={queries}>
      <TooltipProvider>
        <Toasts>
          <RouterProvider router={router} />
        </Toasts>
      </TooltipProvider>
    </QueryClientProvider>
  )
}
