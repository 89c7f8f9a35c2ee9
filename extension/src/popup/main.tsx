/** @jsxImportSource preact */
/** The popup. */
import { render } from 'preact';
import { localizePage } from '../model/i18n.ts';
import { dressPage } from '../model/prefs.ts';

localizePage();
dressPage();
render(<main />, document.getElementById('app') as HTMLElement);
