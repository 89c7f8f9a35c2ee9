/** @jsxImportSource preact */
/** The popup: drawn at once with the last known state, then joined to the service. */
import { ListStore } from '../model/list-store.ts';
import { openSession } from '../model/session.ts';
import { showSmallPage } from '../ui/preact.tsx';
import { Actions } from './actions.ts';
import { Popup } from './app.tsx';
import { PopupModel } from './model.ts';

const session = openSession('popup');
const list = new ListStore(session);
const model = new PopupModel(session, list, localStorage);
showSmallPage(<Popup model={model} actions={new Actions(session, list, model)} />);
performance.mark('popup drawn');
