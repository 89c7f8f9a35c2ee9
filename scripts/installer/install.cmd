@echo off
rem Installs JSTorrent for this user: the program into %LOCALAPPDATA%\Programs\JSTorrent, and makes it known to the browsers
rem that are used here. "jstorrent uninstall" undoes it.
setlocal
set "bin=%LOCALAPPDATA%\Programs\JSTorrent"
if not exist "%bin%" mkdir "%bin%" || exit /b 1
copy /y "%~dp0jstorrent.exe" "%bin%\jstorrent.exe" >nul || exit /b 1
echo JSTorrent is now %bin%\jstorrent.exe
"%bin%\jstorrent.exe" install %* || exit /b 1
echo Now add the extension to your browser; it connects by itself.
