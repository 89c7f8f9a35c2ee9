/** The add page. */
import { showPage } from '../ui/react.tsx';

showPage(<main />);
