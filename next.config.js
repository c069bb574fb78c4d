// @ts-check
/** What every answer carries. The content security policy comes with our own server, which can give scripts a nonce. */
const securityHeaders = [
  { key: 'X-Content-Type-Options', value: 'nosniff' },
  { key: 'X-Frame-Options', value: 'DENY' },
  { key: 'Referrer-Policy', value: 'same-origin' },
  { key: 'Cross-Origin-Opener-Policy', value: 'same-origin' },
  { key: 'Permissions-Policy', value: 'camera=(), geolocation=(), microphone=()' },
];

/** @type {import('next').NextConfig} */
const config = {
  // With strict mode on, the brush of EUI's charts never fires in development.
  reactStrictMode: false,
  poweredByHeader: false,
  // `npm run types` checks every file, tests included; whoever starts the product need not wait for it.
  typescript: { ignoreBuildErrors: true },
  serverExternalPackages: ['@duckdb/node-api', '@duckdb/node-bindings'],
  turbopack: { root: import.meta.dirname },
  headers: () => Promise.resolve([{ source: '/:path*', headers: securityHeaders }]),
};

export default config;
