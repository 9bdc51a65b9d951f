"""What is taken along as a spreadsheet: within rights, masked as on the page, and written down for the auditor."""
