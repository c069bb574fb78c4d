// EUI 122 declares React 17 and 18. Four one-line patches make it quiet and correct under React 19.
// Idempotent, and fails when EUI's text changes, so that the list is reviewed at each upgrade.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const eui = join(import.meta.dirname, '..', 'node_modules', '@elastic', 'eui');

const patches = [
  {
    why: 'React 19 reads inert="" as false: collapsed content would stay focusable',
    file: 'components/accordion/accordion_children/accordion_children.js',
    from: /inert: !isOpen \? '' : undefined/,
    to: 'inert: !isOpen',
    done: /inert: !isOpen,?\s/,
  },
  {
    why: 'element.ref warns in React 19; the ref is a plain prop now',
    file: 'components/form/validatable_control/validatable_control.js',
    from: /childRef = child\.ref\b/,
    to: 'childRef = child.props.ref',
    done: /childRef = child\.props\.ref/,
  },
  {
    why: 'the same',
    file: 'services/emotion/clone_element.js',
    from: /ref: element\.ref\b/,
    to: 'ref: element.props.ref',
    done: /ref: element\.props\.ref/,
  },
  {
    why: "the date picker's refresh tooltip clones a Fragment with event handlers",
    file: 'components/date_picker/super_date_picker/super_update_button.js',
    from: /(toolTipProps\),[^;]*?)\((?:React|_react\.default)\.Fragment, null/,
    to: '$1("span", null',
    done: /toolTipProps\),[^;]*?\("span", null/,
  },
];

function apply(variant, { file, from, to, done }) {
  const path = join(eui, variant, file);
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  if (from.test(text)) writeFileSync(path, text.replace(from, to));
  else if (!done.test(text)) {
    console.error(`patch-eui: ${variant}/${file} is not as expected: review its patch`);
    process.exitCode = 1;
  }
}

if (existsSync(eui)) {
  for (const variant of ['es', 'lib', 'optimize/es', 'optimize/lib']) {
    for (const patch of patches) apply(variant, patch);
  }
}
