'use client';

import { EuiProvider } from '@elastic/eui';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createContext, useContext, useState, type ReactNode } from 'react';
import { useColorMode, type ColorModeControl } from '@/components/layout/use-color-mode';

const ColorModeContext = createContext<ColorModeControl | undefined>(undefined);

/** Theme, colour mode and server data for everything below. In the browser only. */
export function Providers({ children }: { children: ReactNode }) {
  const control = useColorMode();
  const [queryClient] = useState(() => new QueryClient());
  return (
    <EuiProvider colorMode={control.colorMode}>
      <QueryClientProvider client={queryClient}>
        <ColorModeContext value={control}>{children}</ColorModeContext>
      </QueryClientProvider>
    </EuiProvider>
  );
}

export function useColorModeControl(): ColorModeControl {
  const control = useContext(ColorModeContext);
  if (!control) throw new Error('useColorModeControl needs <Providers> above it');
  return control;
}
