"""What can be asked for over HTTP, a file for each subject. docs/http.md has an example of each."""
