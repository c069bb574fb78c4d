import { setCategories, type Categorization } from './common';
import type { EcsDocument } from './ecs-document';
import type { WindowsEvent } from './windows-event';

/** Channel System. Elastic's integration leaves `winlog.event_data` as it is; a new service (7045) is said in ECS too. */
export function setSystemFields(
  document: EcsDocument,
  { code, data, provider }: WindowsEvent,
): void {
  if (provider !== 'Service Control Manager') return;
  const categories = CATEGORIES[code];
  if (categories === undefined) return;
  setCategories(document, categories);
  document.set('service.name', data.text('ServiceName'));
  document.set('service.type', data.text('ServiceType'));
}

const CATEGORIES: Readonly<Record<string, Categorization | undefined>> = {
  7045: [['configuration'], ['creation', 'change'], 'service-installed'],
};
