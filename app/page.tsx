'use client';

import dynamic from 'next/dynamic';

// EUI cannot be rendered on the server: docs/decisions/0001.
const HomeScreen = dynamic(() => import('@/components/home/home-screen'), { ssr: false });

export default function Page() {
  return <HomeScreen />;
}
