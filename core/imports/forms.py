from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from core.excel.guard import MAX_PACKED
from core.excel.reader import FileRefused, check_filename, refusal


class UploadForm(forms.Form):
    """The file of an import; what is in it is judged by the reader."""

    file = forms.FileField(
        label=_("Excel workbook (.xlsx) or CSV file"),
        allow_empty_file=True,
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv", "class": "form-control"}),
        error_messages={
            "required": _("Choose a file first."),
            "max_length": _("The name of the file is too long. Shorten it."),
        },
    )

    def clean_file(self) -> UploadedFile:
        upload: Any = self.cleaned_data["file"]
        try:
            check_filename(upload.name)
            if upload.size > MAX_PACKED:
                raise refusal("file_too_big", limit=MAX_PACKED // 2**20)
            if (upload.content_type or "").startswith(("image/", "video/", "audio/")):
                raise refusal("not_spreadsheet")
        except FileRefused as error:
            raise forms.ValidationError(str(error), code=error.code) from error
        return upload
