import type { Metadata } from 'next';
import { cookies } from 'next/headers';
import type { ReactNode } from 'react';
import { readColorModeChoice } from '@/components/layout/color-mode';
import './global.css';

export const metadata: Metadata = {
  title: 'Watchfloor',
  description: 'Triage of EQL detections',
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  const choice = readColorModeChoice((await cookies()).toString());
  return (
    <html lang="en" data-color-mode={choice}>
      <body>{children}</body>
    </html>
  );
}
